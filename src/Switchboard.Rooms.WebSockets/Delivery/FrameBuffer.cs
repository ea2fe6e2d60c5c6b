using System.Buffers;

namespace Switchboard.Rooms.WebSockets;

/// <summary>Where a frame is written before it is sent: one for each thread, empty when it is taken.</summary>
internal static class FrameBuffer
{
    // What a thread keeps between two frames; a long history is not kept for ever.
    private const int MostKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _ofThread;

    public static ArrayBufferWriter<byte> OfThread()
    {
        if (_ofThread is not { Capacity: <= MostKept } buffer)
        {
            return _ofThread = new ArrayBufferWriter<byte>(1024);
        }

        buffer.ResetWrittenCount();
        return buffer;
    }
}
