"""Bad event files whose framing is sound: protos, values and limits (B), restarts (C)."""

from __future__ import annotations

import hashlib
import struct

from bad_case import Case, files_of
from bad_framing import AT, FRAMING, MIDDLE, POINTS, RAW, SOUND, N, case, flipped, inserted, loss, noise
from event_files import (
    DOUBLE,
    FLOAT,
    NAME,
    STRING,
    event,
    file_bytes,
    header,
    histogram,
    masked,
    metadata,
    record,
    shaped,
    simple,
    tensor,
    value_of,
)
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto


def one_more(*values, step=20, wall_time=1.7e9, **more):
    """The sound log with an event before that of step 20."""
    one = Event(wall_time=wall_time, step=step, **more)
    if values:
        one.summary.CopyFrom(Summary(value=values))
    return inserted(record(one.SerializeToString()))


def field(number, wire, body):
    return bytes([number << 3 | wire]) + body


def raw_event(body):
    return inserted(record(field(1, 1, struct.pack("<d", 1.7e9)) + field(2, 0, b"\x14") + body))


def wrapped(body, times, number=5):
    """A message in a message in a message."""
    for _ in range(times):
        length, size = len(body), b""
        while length > 127:
            size, length = size + bytes([length & 127 | 128]), length >> 7
        body = field(number, 2, size + bytes([length]) + body)
    return body


def also(tag, *points):
    return {"bad": {"loss": POINTS, tag: list(points)}}


LONG_TAG = "t" * 1_000_000
BAD = ("bad_event", AT[MIDDLE])
NAN = float("nan")


def tensors(**fields):
    return one_more(value_of("x", TensorProto(**fields)))


def many_tags(n):
    values = [simple(f"tag{i:06}", 1.0) for i in range(n)]
    return SOUND + b"".join(
        record(event(0, *values[i : i + 500]).SerializeToString()) for i in range(0, n, 500)
    )


def known_tags():
    """What is kept of them: as many as a run may have."""
    return {"bad": {"loss": POINTS, **{f"tag{i:06}": [(0, 1.0)] for i in range(9_999)}}}


def many_points(n):
    """A long log, put together from one record whose step is written over."""
    one = event(1 << 20, simple("loss", 1.0)).SerializeToString()
    at, size = one.index(b"\x10") + 1, 3
    out = []
    for step in range(1 << 20, (1 << 20) + n):
        payload = one[:at] + bytes([step & 127 | 128, step >> 7 & 127 | 128, step >> 14]) + one[at + size :]
        out.append(header(len(payload)) + payload + struct.pack("<I", masked(payload)))
    return b"".join(out)


FIRST_OF_MANY = 1 << 20
PROTOS = [
    case("B01 no proto", inserted(record(b"\xff\xff\xff")), BAD),
    case("B02 half a proto", inserted(record(RAW[5][12:-9])), BAD),
    case("B03 groups in groups", raw_event(field(9, 3, b"") * 5000), BAD),
    case(
        "B04 fields of a later version", raw_event(field(15, 2, b"\x03abc") + field(14, 0, b"\x01")), code=0
    ),
    case("B05 a graph of noise", one_more(graph_def=noise(3000)), code=0),
    case("B06 a meta graph of noise", one_more(meta_graph_def=noise(3000)), code=0),
    case(
        "B07 a tag that is not UTF-8",
        raw_event(
            wrapped(wrapped(b"\xffx", 1, 1) + field(2, 5, struct.pack("<f", 3.0)), 1, 1).replace(
                b"\x0a", b"\x2a\x0b\x0a", 1
            )
        ),
        runs=also("\\xffx", (20, 3.0)),
        code=0,
    ),
    case(
        "B08 the smallest step",
        one_more(simple("x", 1.0), step=-(1 << 63)),
        runs=also("x", (-(1 << 63), 1.0)),
        code=0,
    ),
    case(
        "B09 the largest step",
        one_more(simple("x", 1.0), step=(1 << 63) - 1),
        runs=also("x", ((1 << 63) - 1, 1.0)),
        code=0,
    ),
    *(
        case(
            f"B10-12 a wall time of {time}",
            one_more(simple("x", 1.0), wall_time=time),
            runs=also("x", (20, 1.0)),
            code=0,
        )
        for time in (NAN, float("inf"), -float("inf"), -1.0, 1e300)
    ),
    case("B13 a number where a summary belongs", raw_event(field(5, 0, b"\x07")), code=0),
    case("B14 a tag without a name", one_more(simple("", 1.0)), runs=also("", (20, 1.0)), code=0),
    case(
        "B15 a tag of a megabyte",
        one_more(simple(LONG_TAG, 1.0)),
        ("over_limit", None),
        runs=also(f"{LONG_TAG[:1007]}~{hashlib.sha256(LONG_TAG.encode()).hexdigest()[:16]}", (20, 1.0)),
    ),
    case(
        "B16 a tag for browsers",
        one_more(simple("<script>alert(1)</script>", 1.0)),
        runs=also("<script>alert(1)</script>", (20, 1.0)),
        code=0,
    ),
    case(
        "B17 a tag for terminals",
        one_more(simple("\x1b[2J\x9b\u202e", 1.0)),
        runs=also("\x1b[2J\x9b\u202e", (20, 1.0)),
        code=0,
    ),
    case(
        "B18 one value for a shape of 2^31",
        tensors(dtype=FLOAT, float_val=[1.0], tensor_shape=shaped(1 << 31)),
        BAD,
    ),
    case(
        "B19 one value for a shape of 2^60",
        tensors(dtype=FLOAT, float_val=[1.0], tensor_shape=shaped(1 << 30, 1 << 30)),
        BAD,
    ),
    case("B20 no value", tensors(dtype=FLOAT, tensor_shape=shaped()), BAD),
    case("B21 two values", tensors(dtype=FLOAT, float_val=[1.0, 2.0]), BAD),
    case("B22 two bytes", tensors(dtype=FLOAT, tensor_content=b"ab"), BAD),
    case("B23 eight bytes", tensors(dtype=FLOAT, tensor_content=b"abcdefgh"), BAD),
    case(
        "B24 a shape of less than nothing",
        tensors(dtype=FLOAT, tensor_content=b"abcd", tensor_shape=shaped(-4)),
        BAD,
    ),
    case("B24b text where a number belongs", tensors(dtype=STRING, string_val=[b"1.5"]), BAD),
    case("B24c a kind that does not exist", tensors(dtype=120, tensor_content=b"abcd"), BAD),
    case("B25 values that are none", one_more(simple("x", NAN)), runs=also("x", (20, NAN)), code=0),
    case(
        "B26 values without an end",
        one_more(tensor("x", float("inf"), dtype=DOUBLE)),
        runs=also("x", (20, float("inf"))),
        code=0,
    ),
    case("B27 twenty thousand tags", many_tags(20_000), ("over_limit", None), runs=known_tags()),
    case(
        "B28 many values in one event",
        one_more(*[simple("x", 1.0)] * 20_000),
        runs=also("x", (20, 1.0)),
        code=0,
    ),
    Case(
        "B29 a hundred thousand points",
        lambda folder: (folder / NAME).write_bytes(many_points(100_000)),
        loss([(step, 1.0) for step in range(FIRST_OF_MANY, FIRST_OF_MANY + 100_000)]),
    ),
    case(
        "B31 a histogram whose lists differ",
        one_more(histogram("h", bucket_limit=[1.0, 2.0], bucket=[1.0])),
        BAD,
    ),
    case("B32 a length inside that is not there", raw_event(field(5, 2, b"\xff\xff\xff\xff\x07")), BAD),
    case("B33 a number of eleven bytes", raw_event(field(15, 0, b"\xff" * 10 + b"\x01")), BAD),
    case("B34 messages in messages", raw_event(wrapped(b"", 3000)), code=0),
    case("B35 a summary of noise", raw_event(field(5, 2, b"\x10" + noise(16, 3))), BAD),
    case("B36 a session that ends", one_more(session_log=SessionLog(status=SessionLog.STOP)), code=0),
    case(
        "B37 a plugin that nobody knows",
        one_more(
            Summary.Value(
                tag="x",
                metadata=metadata("no_such", noise(50)),
                tensor=TensorProto(dtype=FLOAT, float_val=[1.0]),
            )
        ),
        code=0,
    ),
    *(
        case(f"B39 a value that is none, {what}", one_more(Summary.Value(tag="x", metadata=about)), code=0)
        for what, about in (
            ("a scalar", metadata("scalars")),
            ("of an unknown plugin", metadata("nobody", b"abc")),
            ("of no plugin", None),
        )
    ),
    case(
        "B38 hyper-parameters of noise",
        one_more(Summary.Value(tag="_hparams_/session_start_info", metadata=metadata("hparams", noise(60)))),
        BAD,
    ),
]


SECOND = NAME.replace(".7.0", ".8.0").replace("1700000000", "1700000900")


def later(first, last, offset=100.0):
    return file_bytes(
        *(event(step, simple("loss", offset + step), wall_time=1.8e9 + step) for step in range(first, last))
    )


def in_two(one, two):
    return files_of(**{NAME: one, SECOND: two})


RESTARTS = [
    Case(
        "C01 resumed ten steps back",
        in_two(SOUND, later(30, 50)),
        loss([*POINTS[:30], *((step, 100.0 + step) for step in range(30, 50))]),
        (("restarted", None),),
    ),
    Case(
        "C02 resumed where it ended",
        in_two(SOUND, later(40, 50)),
        loss([*POINTS, *((s, 100.0 + s) for s in range(40, 50))]),
    ),
    Case(
        "C03 cut and resumed",
        in_two(SOUND[:-7], later(39, 50)),
        loss([*POINTS[:39], *((s, 100.0 + s) for s in range(39, 50))]),
        (("truncated", AT[N]),),
    ),
    Case(
        "C04 damaged and resumed",
        in_two(flipped(SOUND, AT[5] + 14), later(40, 50)),
        loss([*POINTS[:4], *POINTS[5:], *((s, 100.0 + s) for s in range(40, 50))]),
        (("corrupt_data", AT[5]),),
        3,
    ),
    Case("C06 copied", in_two(SOUND, SOUND), loss(), (("duplicate", None), ("restarted", None))),
    Case("C07 an empty file beside", in_two(SOUND, b""), loss(), (("empty", 0),)),
    Case(
        "C08 restarted from the start",
        in_two(SOUND, later(0, 40)),
        {"bad": {"loss": POINTS}, "bad#2": {"loss": [(s, 100.0 + s) for s in range(40)]}},
        (("restarted", None), ("restarted", None)),
    ),
]
EVENTS = [*FRAMING, *PROTOS, *RESTARTS]
