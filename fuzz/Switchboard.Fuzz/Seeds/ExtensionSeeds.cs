using System.Text;

namespace Switchboard.Fuzz.Seeds;

/// <summary>Values of Sec-WebSocket-Extensions. The first two bytes choose what is wanted.</summary>
internal static class ExtensionSeeds
{
    private static readonly (string Name, string Value)[] Values =
    [
        ("plain", "permessage-deflate"),
        ("browser", "permessage-deflate; client_max_window_bits"),
        ("no-context", "permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
        ("windows", "permessage-deflate; server_max_window_bits=10; client_max_window_bits=12"),
        ("windows-quoted", "permessage-deflate; server_max_window_bits=\"10\"; client_max_window_bits=\"1\\2\""),
        ("all-four", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15; client_max_window_bits=9"),
        ("smallest-windows", "permessage-deflate; server_max_window_bits=8, permessage-deflate; client_max_window_bits=8"),
        ("window-out-of-range", "permessage-deflate; server_max_window_bits=16, permessage-deflate; client_max_window_bits=7"),
        ("window-leading-zero", "permessage-deflate; server_max_window_bits=09"),
        ("window-without-value", "permessage-deflate; server_max_window_bits"),
        ("parameter-twice", "permessage-deflate; server_no_context_takeover; server_no_context_takeover"),
        ("parameter-with-value", "permessage-deflate; client_no_context_takeover=1"),
        ("parameter-unknown", "permessage-deflate; fastest, permessage-deflate"),
        ("foreign", "x-webkit-deflate-frame, bzip; level=9"),
        ("fallback", "permessage-deflate; server_max_window_bits=10; client_max_window_bits, permessage-deflate; client_max_window_bits, permessage-deflate"),
        ("blanks", " permessage-deflate\t;  client_max_window_bits = 10 ,foo ;a "),
        ("quoted", "foo; a=\"b\\\"c\""),
        ("quoted-not-a-token", "foo; a=\"b c\""),
        ("quote-open", "foo; a=\"b"),
        ("quote-ends-in-backslash", "foo; a=\"b\\"),
        ("empty", ""),
        ("only-commas", ",,"),
        ("semicolon-at-the-end", "foo;"),
        ("no-name", "foo; =1"),
        ("no-value", "foo; a="),
    ];

    internal static IEnumerable<Seed> All =>
        from value in Values
        from wanted in new (string Suffix, byte[] Choice)[] { ("", [0x66, 0]), ("-with-context", [0x31, 1]) }
        where wanted.Suffix.Length == 0 || value.Value.StartsWith("permessage-deflate", StringComparison.Ordinal)
        select new Seed("extension-header", value.Name + wanted.Suffix, [.. wanted.Choice, .. Encoding.Latin1.GetBytes(value.Value)]);
}
