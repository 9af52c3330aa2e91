"""A mail server for one test: aiosmtpd on a port of its own, saying each thing that happens as one line of JSON.

    smtp_server.py starttls|tls|clear CERTIFICATE KEY

starttls: mail is taken only after STARTTLS. tls: from the first byte. clear: STARTTLS is not offered, and
everything is taken. In all cases only "desk" with the password "secret" may send.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        say("letter", tls=server.over_tls, user=session.auth_data, to=envelope.rcpt_tos,
            text=envelope.content.decode("utf-8", "replace"))
        return "250 taken"


class Server(SMTP):
    over_tls = False

    def connection_made(self, transport):
        self.over_tls = transport.get_extra_info("sslcontext") is not None
        super().connection_made(transport)

    def connection_lost(self, error):
        super().connection_lost(error)
        say("closed", tls=self.over_tls)

    async def smtp_AUTH(self, arg):
        say("auth", tls=self.over_tls)
        await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        say("mail", tls=self.over_tls)
        await super().smtp_MAIL(arg)


def check(server, session, envelope, mechanism, data):
    right = data.login == b"desk" and data.password == b"secret"
    if right:
        return AuthResult(success=True, auth_data=data.login.decode())
    say("refused", tls=server.over_tls)
    return AuthResult(success=False, handled=False)


async def main(mode, certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def connection():
        return Server(
            Handler(),
            hostname="localhost",
            tls_context=context if mode == "starttls" else None,
            require_starttls=mode == "starttls",
            auth_required=mode != "clear",
            auth_require_tls=mode == "starttls",
            authenticator=check,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    say("listening", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
