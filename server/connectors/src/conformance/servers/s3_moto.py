"""moto's S3 on a free port, for the tests of `s3`. Ends with whoever started it.

Where moto is not like Amazon: it looks for an object and creates it in two steps, so there is one request at a time; and
it fails over an upload that is gone, which Amazon says is not there.
"""

import io
import os
import shutil
import sys
import threading

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import S3Backend
from werkzeug.serving import make_server

complete = S3Backend.complete_multipart_upload


def complete_if_there(self, bucket_name, multipart_id, body):
    if multipart_id not in self.get_bucket(bucket_name).multiparts:
        raise NoSuchUpload(upload_id=multipart_id)
    return complete(self, bucket_name, multipart_id, body)


S3Backend.complete_multipart_upload = complete_if_there
whole = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


def one_at_a_time(environ, start_response):
    # Whole before its turn: a body that was cut off, or is slow, must not keep the others waiting.
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    if len(body) < length:
        start_response("400 Bad Request", [("Content-Length", "0")])
        return []
    environ["wsgi.input"] = io.BytesIO(body)
    with turn:
        return list(whole(environ, start_response))


def end_with_the_test():
    sys.stdin.read()
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    os._exit(0)


class Quiet(MotoRequestHandler):
    def log(self, *_args):
        pass


threading.Thread(target=end_with_the_test, daemon=True).start()
server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True, request_handler=Quiet)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
