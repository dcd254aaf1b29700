"""Letters go out by a real SMTP conversation."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from claimstack.accounts import Letter, mail_by
from claimstack.accounts.mail import needed
from claimstack.errors import FailedPrecondition


class SmtpServer:
    """Takes letters on loopback, as little SMTP (RFC 5321) as a client needs."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        in_letter = False
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.lines.append(line)
            if in_letter:
                in_letter = await self._letter(reader)
                writer.write(b"250 kept\r\n")
                continue
            word = line.split()[0].upper()
            in_letter = word == "DATA"
            writer.write({"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}.get(word, b"250 ok\r\n"))
            if word == "QUIT":
                break
        writer.close()

    async def _letter(self, reader: asyncio.StreamReader) -> bool:
        while (line := (await reader.readline()).decode().rstrip("\r\n")) != ".":
            self.lines.append(line)
        return False


@pytest.fixture
async def server() -> AsyncIterator[tuple[SmtpServer, int]]:
    smtp = SmtpServer()
    listener = await asyncio.start_server(smtp.serve, "127.0.0.1", 0)
    yield smtp, listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()


async def test_a_letter_arrives_with_sender_subject_and_text(server: tuple[SmtpServer, int]) -> None:
    smtp, port = server
    send = mail_by(f"smtp://127.0.0.1:{port}?from=claims@example.org")
    assert send is not None
    await send(Letter("maker@example.com", "Hello", "A link:\n\nhttps://claims.example/#x\n"))
    text = "\n".join(smtp.lines)
    assert "mail FROM:<claims@example.org>" in text
    assert "rcpt TO:<maker@example.com>" in text
    assert "Subject: Hello" in text
    assert "https://claims.example/#x" in text


async def test_an_address_cannot_smuggle_another_line(server: tuple[SmtpServer, int]) -> None:
    smtp, port = server
    send = mail_by(f"smtp://127.0.0.1:{port}")
    assert send is not None
    with pytest.raises(ValueError, match="linefeed"):
        await send(Letter("maker@example.com\r\nBcc: all@example.com", "Hello", "text"))
    assert not any("all@example.com" in line for line in smtp.lines)


def test_without_settings_there_is_no_mail_and_the_error_says_what_to_do_instead() -> None:
    assert mail_by("") is None
    with pytest.raises(FailedPrecondition, match="ask an admin"):
        needed(None, "ask an admin")
