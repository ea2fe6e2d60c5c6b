namespace Switchboard.Cli.Talking;

/// <summary>How binary messages are written as text.</summary>
internal enum BinaryText
{
    Base64,
    Hex,
}

internal static class BinaryTexts
{
    internal static string Write(this BinaryText form, ReadOnlySpan<byte> data) =>
        form == BinaryText.Hex ? Convert.ToHexStringLower(data) : Convert.ToBase64String(data);
}
