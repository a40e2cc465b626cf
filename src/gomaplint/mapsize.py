"""Bytes per entry of a map from the sizes of its key and value: rules of thumb measured on Go 1.21 to 1.27.

For maps of 1,000 entries or more of unknown size, on 64-bit systems; what keys and values point to is not counted.
The factors bound what was measured and are within 8 % of the mean (docs/map-memory.md tells how they were measured).
"""

from __future__ import annotations

from gomaplint.finding import Estimate
from gomaplint.goversion import GoVersion
from gomaplint.model import types as t
from gomaplint.model.symbols import underlying

SWISS = GoVersion(1, 24)
"""From this toolchain on maps are Swiss tables; the language version of the file stands in for the toolchain."""

_INLINE = 128  # larger keys and values are stored outside, behind a pointer
_SIZES = {
    **dict.fromkeys(("bool", "int8", "uint8"), 1),
    **dict.fromkeys(("int16", "uint16"), 2),
    **dict.fromkeys(("int32", "uint32", "float32"), 4),
    **dict.fromkeys(("int", "int64", "uint", "uint64", "uintptr", "float64", "complex64"), 8),
    **dict.fromkeys(("string", "error", "any", "comparable", "complex128"), 16),
}
# Sizes in bytes of library types that are often keys or values, on 64-bit systems, from their declarations.
_EXTERNAL = {
    ("time", "Time"): (24, 8),
    ("time", "Duration"): (8, 8),
    ("net/netip", "Addr"): (24, 8),
    ("net/netip", "AddrPort"): (32, 8),
    ("sync", "Mutex"): (8, 4),
    ("sync", "RWMutex"): (24, 4),
    ("net", "IP"): (24, 8),
    ("github.com/google/uuid", "UUID"): (16, 1),
}
# Go's allocator hands out blocks of these sizes (runtime/sizeclasses.go); above, multiples of 8 KiB.
_CLASSES = (
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416,
    448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200,
    3456, 4096, 4864, 5120, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336,
    16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
)  # fmt: skip


def size_class(size: int) -> int:
    """The size of the block that holds `size` bytes."""
    if size > _CLASSES[-1]:
        return -(-size // 8192) * 8192
    return next(c for c in _CLASSES if c >= size)


def layout(of: t.Type | None, depth: int = 0) -> tuple[int, int] | None:
    """Size and alignment of a type in bytes on a 64-bit system, or None where it is not known."""
    if depth > 8:
        return None
    if isinstance(of, t.External):
        return _EXTERNAL.get((of.path, of.name))
    below = underlying(of)
    match below:
        case t.Basic(name):
            size = _SIZES.get(name)
            return (size, min(size, 4 if name == "complex64" else 8)) if size is not None else None
        case t.Pointer() | t.Map() | t.Chan() | t.Signature():
            return 8, 8
        case t.Interface():
            return 16, 8
        case t.Slice(elem, length):
            if length is None:
                return 24, 8
            one = layout(elem, depth + 1)
            return (one[0] * length, one[1]) if one is not None and length >= 0 else None
        case t.Struct(decl, env):
            offset, widest, size = 0, 1, 1
            for field in decl.every:
                one = layout(field.type_in(dict(env)), depth + 1)
                if one is None:
                    return None
                size, align = one
                offset = -(-offset // align) * align + size
                widest = max(widest, align)
            # A last field without size gets a byte, so that its address stays inside.
            offset += size == 0 and offset > 0
            return -(-offset // widest) * widest, widest
        case t.External():
            return layout(below, depth + 1)
    return None


def estimate(
    key: t.Type | None, value: t.Type | None, version: GoVersion, key_text: str, value_text: str
) -> Estimate | None:
    """Low, typical and high bytes per entry, or None where a size is not known."""
    k, v = layout(key), layout(value)
    if k is None or v is None:
        return None
    outside = 0
    (key_size, key_align), (value_size, value_align) = k, v
    if key_size > _INLINE:
        outside, key_size, key_align = outside + size_class(key_size), 8, 8
    if value_size > _INLINE:
        outside, value_size, value_align = outside + size_class(value_size), 8, 8
    if version >= SWISS:
        align = max(key_align, value_align)
        slot = -(-key_size // value_align) * value_align + max(value_size, 1)
        slot = -(-slot // align) * align
        base = size_class(1024 * (slot + 1)) / 1024
        factors = (1.14, 1.65, 2.29)
    else:
        base = key_size + value_size + 2
        factors = (1.45, 2.2, 4.2)
    low, typical, high = (base * f + outside for f in factors)
    return Estimate(round(low, 1), round(typical, 1), round(high, 1), key_text, value_text)


def sync_estimate(version: GoVersion) -> Estimate:
    """What an entry of a sync.Map of 1,000 or more costs, the boxes of its key and value not counted.

    Measured at 1,000 to 1,000,000 entries: 64 to 82 bytes before Go 1.24, 106 to 110 from then on (docs/map-memory.md).
    """
    low, typical, high = (106, 108, 110) if version >= SWISS else (64, 74, 82)
    return Estimate(low, typical, high, "any", "any")
