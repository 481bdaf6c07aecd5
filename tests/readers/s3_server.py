"""A server that speaks the protocol of S3, on this machine's own address; it can be told to fail."""

import re
from contextlib import contextmanager
from threading import Thread
from urllib.parse import unquote

from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

ACCOUNT = "123456789012"
_REFUSAL = "<?xml version='1.0'?><Error><Code>{}</Code><Message>no</Message></Error>"


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


class S3Server:
    """Objects, every request as (method, path, range), and what is to go wrong.

    `refused` gives a status and a code for (method, path); `before` is called with each request, and `page`
    is the most that a listing gives at once.
    """

    def __init__(self):
        self.app = DomainDispatcherApplication(create_backend_app)
        self.backend = s3_backends[ACCOUNT]["aws"]
        self.forget()

    def forget(self):
        self.requests, self.refused, self.before, self.page = [], {}, lambda *_: None, 1000
        for bucket in list(self.backend.buckets):
            for key in list(self.backend.buckets[bucket].keys):
                self.backend.delete_object(bucket, key)
            self.backend.delete_bucket(bucket)

    def put(self, key, data, bucket="lab"):
        if bucket not in self.backend.buckets:
            self.backend.create_bucket(bucket, "us-east-1")
        self.backend.put_object(bucket, key, data)

    def put_folder(self, folder, prefix):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.put(f"{prefix}/{path.relative_to(folder).as_posix()}", path.read_bytes())

    def delete(self, key, bucket="lab"):
        self.backend.delete_object(bucket, key)

    @property
    def read(self):
        """The paths of objects that were asked for since the last look."""
        found = [
            path for method, path, _ in self.requests if method in ("GET", "HEAD") and path.count("/") > 1
        ]
        self.requests.clear()
        return found

    def __call__(self, environ, start_response):
        method = environ["REQUEST_METHOD"]
        path = unquote(environ.get("RAW_URI", environ["PATH_INFO"]).partition("?")[0])
        self.requests.append((method, path, environ.get("HTTP_RANGE", "")))
        self.before(method, path)
        if (method, path) in self.refused:
            status, code = self.refused[method, path]
            start_response(f"{status} {code}", [("Content-Type", "application/xml")])
            return [_REFUSAL.format(code).encode() if method != "HEAD" else b""]
        query = re.sub(r"max-keys=\d+", f"max-keys={self.page}", environ.get("QUERY_STRING", ""))
        return self.app(environ | {"QUERY_STRING": query}, start_response)


@contextmanager
def serving():
    """A server, and the environment that leads to it."""
    app = S3Server()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield app, environment(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environment(port):
    """What the programs of S3 are told by."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_MAX_ATTEMPTS": "1",
    }
