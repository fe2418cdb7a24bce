"""An SFTP server for tests that is not OpenSSH's: `sftp_asyncssh.py FOLDER USER PASSWORD [prompt]`.

Serves a folder to one person who signs in by password, or by a prompt for it, and tells its port and host key in one
line of JSON. Ends with its standard input, so that it does not outlive the test.

A file `fails` in the folder makes writes fail: the name of an error, and how many writes go well before.
"""

import asyncio
import errno
import json
import os
import sys

import asyncssh

FOLDER, USER, PASSWORD, *how = sys.argv[1:]
BY_PROMPT = how == ["prompt"]


class Door(asyncssh.SSHServer):
    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return not BY_PROMPT

    def validate_password(self, username, password):
        return (username, password) == (USER, PASSWORD)

    def kbdint_auth_supported(self):
        return BY_PROMPT

    def get_kbdint_challenge(self, username, lang, submethods):
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username, responses):
        return username == USER and list(responses) == [PASSWORD]


def take_a_write():
    told = os.path.join(FOLDER, "fails")
    try:
        with open(told) as file:
            name, left = file.read().split()[:2]
    except FileNotFoundError:
        return
    is_refused = int(left) == 0
    with open(told, "w") as file:
        file.write(f"{name} 0 refused" if is_refused else f"{name} {int(left) - 1}")
    if is_refused:
        number = getattr(errno, name)
        raise OSError(number, os.strerror(number))


class Files(asyncssh.SFTPServer):
    def write(self, file_obj, offset, data):
        take_a_write()
        return super().write(file_obj, offset, data)


async def main():
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=Door,
        server_host_keys=[key],
        sftp_factory=lambda channel: Files(channel, chroot=FOLDER),
    )
    host_key = key.convert_to_public().get_fingerprint("sha256")
    print(json.dumps({"port": server.get_port(), "host_key": host_key}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
