using System.Globalization;
using System.Text;

namespace Switchboard.Conformance.Cases;

/// <summary>Texts that are UTF-8, and bytes that are not (RFC 3629).</summary>
internal static class Utf8Samples
{
    internal static IEnumerable<(string Name, byte[] Bytes)> Valid => Edges.Concat(Planes).Concat(Texts);

    /// <summary>Where the encoding changes its length or skips what is not allowed.</summary>
    internal static IEnumerable<(string Name, byte[] Bytes)> Edges { get; } =
    [
        .. ((int[])
            [
                0x00, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD000, 0xD7FF, 0xE000, 0xFDD0, 0xFEFF, 0xFFFD,
            ]).Select(Character),
    ];

    /// <summary>The first and the last character of each plane; the last is no character, and still valid (Unicode §23.7).</summary>
    internal static IEnumerable<(string Name, byte[] Bytes)> Planes { get; } =
    [
        .. Enumerable.Range(0, 17)
            .SelectMany(plane => (int[])[plane << 16, (plane << 16) | 0xFFFE, (plane << 16) | 0xFFFF])
            .Skip(1) // U+0000 is among the edges.
            .Select(Character),
    ];

    internal static IReadOnlyList<(string Name, byte[] Bytes)> Invalid { get; } = FromHex(
    [
        ("a lone continuation byte 80", "80"),
        ("a lone continuation byte BF", "BF"),
        ("two continuation bytes", "80BF"),
        ("six continuation bytes", "80BF80BF80BF"),
        ("all continuation bytes", string.Concat(Enumerable.Range(0x80, 64).Select(b => b.ToString("X2", CultureInfo.InvariantCulture)))),
        ("an overlong NUL in two bytes", "C080"),
        ("an overlong slash in two bytes", "C0AF"),
        ("an overlong U+007F in two bytes", "C1BF"),
        ("an overlong NUL in three bytes", "E08080"),
        ("an overlong slash in three bytes", "E080AF"),
        ("an overlong U+07FF in three bytes", "E09FBF"),
        ("an overlong NUL in four bytes", "F0808080"),
        ("an overlong slash in four bytes", "F08080AF"),
        ("an overlong U+FFFF in four bytes", "F08FBFBF"),
        ("an overlong NUL in five bytes", "F880808080"),
        ("an overlong NUL in six bytes", "FC8080808080"),
        ("the surrogate U+D800", "EDA080"),
        ("the surrogate U+DB7F", "EDADBF"),
        ("the surrogate U+DB80", "EDAE80"),
        ("the surrogate U+DBFF", "EDAFBF"),
        ("the surrogate U+DC00", "EDB080"),
        ("the surrogate U+DF80", "EDBE80"),
        ("the surrogate U+DFFF", "EDBFBF"),
        ("a pair of surrogates", "EDA080EDB080"),
        ("the last pair of surrogates", "EDAFBFEDBFBF"),
        ("U+110000", "F4908080"),
        ("U+13FFFF", "F4BFBFBF"),
        ("U+140000", "F5808080"),
        ("U+1FFFFF", "F7BFBFBF"),
        ("five bytes", "F888808080"),
        ("the largest of five bytes", "FBBFBFBFBF"),
        ("six bytes", "FC8480808080"),
        ("the largest of six bytes", "FDBFBFBFBFBF"),
        ("the byte FE", "FE"),
        ("the byte FF", "FF"),
        ("FE and FF", "FEFEFFFF"),
        ("a letter in place of the second of two bytes", "C361"),
        ("a letter in place of the second of three bytes", "E26182"),
        ("a letter in place of the third of three bytes", "E28261"),
        ("a letter in place of the second of four bytes", "F0619F98"),
        ("a letter in place of the third of four bytes", "F09F6198"),
        ("a letter in place of the fourth of four bytes", "F09F9861"),
        ("a new character in place of a second byte", "C3C3A4"),
        ("Latin-1", "4DFC6E6368656E"),
        ("UTF-16", "FFFE48006900"),
    ]);

    /// <summary>Good as far as they go, and no message may end there.</summary>
    internal static IReadOnlyList<(string Name, byte[] Bytes)> Cut { get; } =
    [
        ("the first of two bytes", [0xC3]),
        ("the first of three bytes", [0xE2]),
        ("two of three bytes", [0xE2, 0x82]),
        ("the first of four bytes", [0xF0]),
        ("two of four bytes", [0xF0, 0x9F]),
        ("three of four bytes", [0xF0, 0x9F, 0x98]),
    ];

    private static IEnumerable<(string Name, byte[] Bytes)> Texts { get; } = FromText(
    [
        ("Greek", "κόσμε"),
        ("German", "Größe: 3 µm"),
        ("Russian", "Привет, мир"),
        ("Arabic", "مرحبا"),
        ("Hindi", "नमस्ते"),
        ("Chinese", "你好，世界"),
        ("Japanese", "こんにちは"),
        ("Korean", "안녕하세요"),
        ("old Chinese", "𠜎𠜱𠝹"),
        ("an emoji of many characters", "👩‍👩‍👧‍👦"),
        ("flags", "🇩🇪🇯🇵"),
        ("a letter with many marks", "Z̴͍̈́"),
        ("a byte order mark and text", "\uFEFFtext"),
    ]);

    private static (string Name, byte[] Bytes)[] FromHex(IEnumerable<(string Name, string Hex)> samples) =>
        [.. samples.Select(sample => (sample.Name, Convert.FromHexString(sample.Hex)))];

    private static (string Name, byte[] Bytes)[] FromText(IEnumerable<(string Name, string Text)> samples) =>
        [.. samples.Select(sample => (sample.Name, Encoding.UTF8.GetBytes(sample.Text)))];

    private static (string Name, byte[] Bytes) Character(int scalar) =>
        ($"U+{scalar.ToString("X4", CultureInfo.InvariantCulture)}", Encoding.UTF8.GetBytes(char.ConvertFromUtf32(scalar)));
}
