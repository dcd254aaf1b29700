"""`claimstack admin`: the operator's way back in."""

import click

from claimstack.cli.server_options import server_options
from claimstack.settings import Settings


@click.group()
def admin() -> None:
    """The operator's way back in, on the machine itself."""


@admin.command()
@click.option("--user-id", default="admin", show_default=True, help="The admin to reset; made if there is none.")
@server_options()
async def reset(settings: Settings, user_id: str) -> None:
    """Give an admin a new password and API key (shown once); sessions and tokens of the user end."""
    from claimstack.accounts import reset_admin
    from claimstack.clock import to_micros
    from claimstack.node import open_node

    node = await open_node(settings)
    try:
        secrets = await reset_admin(node.db, node.vault, to_micros(node.clock.now()), user_id)
    finally:
        await node.db.close()
    click.echo(f"User:     {secrets.uid}\nPassword: {secrets.password.reveal().decode()}")
    click.echo(f"API key:  {secrets.api_key.reveal().decode()}")
