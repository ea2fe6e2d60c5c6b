using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Connection;

namespace Switchboard.Fuzz.Seeds;

/// <summary>Every form of a frame's header.</summary>
internal static class FrameSeeds
{
    internal static IEnumerable<Seed> All =>
        from frame in new (string Name, byte[] Bytes)[]
        {
            ("text", Wire.Frame(Role.Server, 0x81, "Hello"u8)),
            ("masked-text", Wire.Frame(Role.Client, 0x81, "Hello"u8)),
            ("empty", Wire.Frame(Role.Server, 0x82, [])),
            ("masked-empty", Wire.Frame(Role.Client, 0x82, [])),
            ("largest-short", Wire.Frame(Role.Server, 0x82, Filled(125))),
            ("smallest-16-bit", Wire.Frame(Role.Server, 0x82, Filled(126))),
            ("masked-16-bit", Wire.Frame(Role.Client, 0x82, Filled(300))),
            ("largest-16-bit", Wire.Header(Role.Server, 0x82, 65535)),
            ("smallest-64-bit", Wire.Header(Role.Server, 0x82, 65536)),
            ("masked-64-bit", Wire.Header(Role.Client, 0x82, 70_000)),
            ("largest-64-bit", Wire.Header(Role.Client, 0x82, long.MaxValue)),
            ("negative-64-bit", Convert.FromHexString("827F8000000000000000")),
            ("16-bit-not-shortest", Convert.FromHexString("827E007D")),
            ("64-bit-not-shortest", Convert.FromHexString("827F000000000000FFFF")),
            ("masked-64-bit-not-shortest", Convert.FromHexString("82FF000000000000000537FA213D")),
            ("all-bits", Wire.Header(Role.Client, 0xFF, 5)),
            ("reserved-opcodes", [.. Wire.Frame(Role.Server, 0x83, []), .. Wire.Frame(Role.Server, 0x8F, "x"u8)]),
            ("reserved-bits", [.. Wire.Frame(Role.Server, 0xC1, "a"u8), .. Wire.Frame(Role.Server, 0xA1, "b"u8), .. Wire.Frame(Role.Server, 0x91, "c"u8)]),
            ("fragments", [.. Wire.Frame(Role.Client, 0x01, "Hel"u8), .. Wire.Frame(Role.Client, 0x00, "lo"u8), .. Wire.Frame(Role.Client, 0x80, [])]),
            ("control",
            [
                .. Wire.Frame(Role.Client, 0x89, "ping"u8), .. Wire.Frame(Role.Client, 0x8A, "pong"u8), .. Wire.Frame(Role.Client, 0x88, [3, 232]),
            ]),
            ("cut-header", Wire.Header(Role.Client, 0x82, 70_000)[..9]),
        }
        select new Seed("frames", frame.Name, frame.Bytes);

    private static byte[] Filled(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)i)];
}
