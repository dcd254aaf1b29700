"""Result codes (TS002 §22, Table 24) and which one stands for what the Join Server decided.

`UnkownReceiver` is misspelt in the standard, and so the field writes it. Codes that only 1.1 knows break clients of
1.0.
"""

from enum import Enum

from claimstack.join_server import Why


class Code(Enum):
    """A result; the value is its name in 1.0 and, where that is another, in 1.1."""

    SUCCESS = ("Success",)
    MIC_FAILED = ("MICFailed",)
    JOIN_REQ_FAILED = ("JoinReqFailed",)
    FRAME_REPLAYED = ("JoinReqFailed", "FrameReplayed")
    ACTIVATION_DISALLOWED = ("ActivationDisallowed",)
    UNKNOWN_DEV_EUI = ("UnknownDevEUI",)
    UNKNOWN_SENDER = ("UnknownSender",)
    UNKNOWN_RECEIVER = ("UnkownReceiver",)
    INVALID_PROTOCOL_VERSION = ("InvalidProtocolVersion",)
    MALFORMED = ("MalformedRequest", "MalformedMessage")
    FRAME_SIZE_ERROR = ("FrameSizeError",)
    OTHER = ("Other",)

    def said_in(self, version: str) -> str:
        """The code as that protocol version names it."""
        names: tuple[str, ...] = self.value
        return names[-1] if version == "1.1" else names[0]


CODES = {
    Why.UNKNOWN_DEVICE: Code.UNKNOWN_DEV_EUI,
    Why.NOT_AT_HOME: Code.ACTIVATION_DISALLOWED,
    Why.NO_HOME: Code.ACTIVATION_DISALLOWED,
    Why.WRONG_MIC: Code.MIC_FAILED,
    Why.REPLAYED: Code.FRAME_REPLAYED,
    Why.NO_KEYS: Code.JOIN_REQ_FAILED,
    Why.EXHAUSTED: Code.JOIN_REQ_FAILED,
    Why.NOT_1_1: Code.JOIN_REQ_FAILED,
    Why.NO_KEK: Code.JOIN_REQ_FAILED,
    Why.NO_SESSION: Code.JOIN_REQ_FAILED,
}


class No(Exception):
    """The answer to a message that cannot be served; the description is for operators and names no secret."""

    def __init__(self, code: Code, description: str) -> None:
        self.code, self.description = code, description
        super().__init__(f"{code.name}: {description}")


def refusal(why: Why) -> No:
    """What the Join Server decided, as an answer."""
    return No(CODES[why], why.value)
