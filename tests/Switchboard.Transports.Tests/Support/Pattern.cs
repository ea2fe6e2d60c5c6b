namespace Switchboard.Transports.Tests.Support;

internal static class Pattern
{
    /// <summary>Bytes in which every place can be told from its neighbours.</summary>
    internal static byte[] Of(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
