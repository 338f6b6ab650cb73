"""OpenStack Swift with its S3 API, all of it in one process: `python3 serve-swift.py FOLDER`.

Listens on a free port of 127.0.0.1, keeps accounts and containers below FOLDER and objects in memory, and prints one
line of JSON, {"endpoint": "http://127.0.0.1:PORT"}, when it is ready.

Each line of its standard input, {"bucket": …, "prefix": …, "folder": …}, puts the files below a folder into a bucket,
straight into the server's memory: through its own front that takes minutes for what tests need. Metadata for a file
lies beside it as JSON, in a file of the same name with .metadata at its end. The answer is a line again. It ends
when its standard input does, so that it never outlives the test that started it.
"""

import eventlet

eventlet.monkey_patch()

import hashlib  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from time import time as clock  # noqa: E402
from io import BytesIO  # noqa: E402

from eventlet import tpool, wsgi  # noqa: E402

folder = os.path.abspath(sys.argv[1])
etc = os.path.join(folder, "etc")
disks = os.path.join(folder, "disks")
for each in (etc, os.path.join(disks, "disk"), os.path.join(folder, "recon")):
    os.makedirs(each, exist_ok=True)


def write(name, text):
    path = os.path.join(etc, name)
    with open(path, "w") as file:
        file.write(text)
    return path


# The hash settings have to be there before Swift's modules look for them.
hashes = write(
    "swift.conf",
    """
[swift-hash]
swift_hash_path_suffix = rolecall
swift_hash_path_prefix = rolecall
[storage-policy:0]
name = only
default = yes
[swift-constraints]
max_meta_value_length = 4096
max_meta_overall_size = 16384
""",
)

import swift.common.utils  # noqa: E402

swift.common.utils.SWIFT_CONF_FILE = hashes

import swift.common.constraints  # noqa: E402
import swift.common.storage_policy  # noqa: E402

swift.common.constraints.reload_constraints()
swift.common.utils.validate_hash_conf()
swift.common.storage_policy.reload_storage_policies()

from swift.common.ring import Ring, RingBuilder  # noqa: E402
from swift.common.utils import Timestamp  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol, loadapp  # noqa: E402

logging.getLogger().setLevel(logging.CRITICAL)

DEFAULTS = f"""
[DEFAULT]
swift_dir = {etc}
devices = {disks}
mount_check = false
fallocate_reserve = 0
recon_cache_path = {folder}/recon
log_level = ERROR
"""


class Silence:
    def write(self, *_):
        pass

    def flush(self):
        pass


class Cache:
    """In the place of memcached: without one, each request asks for its account and bucket again."""

    def __init__(self):
        self.kept = {}

    def get(self, key, raise_on_error=False):
        value, until = self.kept.get(key, (None, 0))
        return value if until > clock() else None

    def set(self, key, value, serialize=True, time=0, **_):
        self.kept[key] = (json.loads(json.dumps(value)), clock() + (time or 3600))

    def delete(self, key, server_key=None):
        self.kept.pop(key, None)


def cached(app):
    cache = Cache()

    def front(environ, start):
        environ["swift.cache"] = cache
        return app(environ, start)

    return front


def serve(socket, config, wrap=lambda app: app):
    app = wrap(loadapp(config, global_conf={"log_level": "ERROR"}))
    eventlet.spawn(
        wsgi.server,
        socket,
        app,
        log=Silence(),
        log_output=False,
        protocol=SwiftHttpProtocol,
        custom_pool=eventlet.GreenPool(512),
    )
    return app


def listen():
    return eventlet.listen(("127.0.0.1", 0), backlog=512)


def ring(kind, port):
    """One device is the whole ring."""
    builder = RingBuilder(1, 1, 1)
    address = {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    builder.add_dev({"region": 1, "zone": 1, "device": "disk", "weight": 1.0, "meta": "", **address})
    builder.rebalance()
    builder.get_ring().save(os.path.join(etc, f"{kind}.ring.gz"))


servers = {}
for kind, egg in (("account", "account"), ("container", "container"), ("object", "mem_object")):
    socket = listen()
    ring(kind, socket.getsockname()[1])
    pipeline = f"[pipeline:main]\npipeline = {kind}-server\n[app:{kind}-server]\nuse = egg:swift#{egg}\n"
    servers[kind] = serve(socket, write(f"{kind}-server.conf", DEFAULTS + pipeline))

front = listen()
serve(
    front,
    write(
        "proxy-server.conf",
        DEFAULTS
        + """
[pipeline:main]
pipeline = catch_errors listing_formats s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = eu-west-1
[filter:tempauth]
use = egg:swift#tempauth
user_acme_owner = owner-secret .admin
user_acme_stranger = stranger-secret
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
""",
    ),
    cached,
)

print(json.dumps({"endpoint": "http://127.0.0.1:%d" % front.getsockname()[1]}), flush=True)

ACCOUNT = "AUTH_acme"


def files_below(folder):
    for path, _, names in os.walk(folder):
        for name in names:
            if not name.endswith(".metadata"):
                yield os.path.join(path, name)


def metadata_of(path):
    try:
        with open(f"{path}.metadata") as file:
            return {f"X-Object-Meta-{name.title()}": value for name, value in json.load(file).items()}
    except FileNotFoundError:
        return {}


def put(bucket, prefix, folder):
    rows = []
    now = Timestamp.now().internal
    for path in files_below(folder):
        key = prefix + os.path.relpath(path, folder)
        with open(path, "rb") as file:
            content = file.read()
        name = f"/{ACCOUNT}/{bucket}/{key}"
        etag = hashlib.md5(content).hexdigest()
        told = {
            "name": name,
            "X-Timestamp": now,
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(content)),
            "ETag": etag,
            **metadata_of(path),
        }
        servers["object"]._filesystem.put_object(name, BytesIO(content), told)
        row = {"name": key, "created_at": now, "size": len(content), "content_type": told["Content-Type"]}
        more = {"etag": etag, "deleted": 0, "storage_policy_index": 0}
        rows.append({**row, **more, "ctype_timestamp": None, "meta_timestamp": None})
    part = Ring(etc, ring_name="container").get_part(ACCOUNT, bucket)
    broker = servers["container"]._get_container_broker("disk", part, ACCOUNT, bucket)
    broker.merge_items(rows)
    return len(rows)


while True:
    line = tpool.execute(sys.stdin.readline)
    if line == "":
        # Whoever started it is gone.
        os._exit(0)
    try:
        print(json.dumps({"put": put(**json.loads(line))}), flush=True)
    except Exception as error:
        print(json.dumps({"error": repr(error)}), flush=True)
