namespace Switchboard.Benchmarks.Support;

internal static class Payloads
{
    /// <summary>Bytes without a pattern, the same ones every time.</summary>
    internal static byte[] Random(int size)
    {
        var bytes = new byte[size];
        new Random(6455).NextBytes(bytes);
        return bytes;
    }
}
