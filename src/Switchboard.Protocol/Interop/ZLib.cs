using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Interop;

/// <summary>
/// The zlib that .NET brings with it (zlib-ng), by the names that it has there. The runtime's own streams do not let one set the window
/// bits, nor stop at a limit: see docs/decisions/0007.
/// </summary>
internal static unsafe partial class ZLib
{
    internal const int Ok = 0;
    internal const int StreamEnd = 1;

    /// <summary>Nothing more can be done without more input, or more room. Not an error.</summary>
    internal const int BufferError = -5;

    internal const int NoFlush = 0;
    internal const int SyncFlush = 2;
    internal const int FullFlush = 3;

    private const int MethodDeflate = 8;
    private const int DefaultStrategy = 0;

    // zlib's default. A smaller one saves next to nothing: zlib-ng's tables have a fixed size.
    private const int MemoryLevel = 8;

    // On Unix the loader puts "lib" before it and ".so" or ".dylib" behind, on Windows ".dll" behind.
    private const string Library = "System.IO.Compression.Native";

    /// <param name="stream">Zeroed.</param>
    /// <param name="level">1, fastest, to 9, smallest.</param>
    /// <param name="windowBits">9 to 15. Negative in zlib's own call: no header and no checksum (RFC 1951 alone).</param>
    internal static int DeflateInit(Stream* stream, int level, int windowBits) =>
        DeflateInit2(stream, level, MethodDeflate, -windowBits, MemoryLevel, DefaultStrategy);

    internal static int InflateInit(Stream* stream, int windowBits) => InflateInit2(stream, -windowBits);

    internal static int InflateReset(Stream* stream, int windowBits) => InflateReset2(stream, -windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Deflate")]
    internal static partial int Deflate(Stream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateEnd")]
    internal static partial int DeflateEnd(Stream* stream);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    internal static partial int Inflate(Stream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    internal static partial int InflateEnd(Stream* stream);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateInit2_")]
    private static partial int DeflateInit2(Stream* stream, int level, int method, int windowBits, int memoryLevel, int strategy);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    private static partial int InflateInit2(Stream* stream, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    private static partial int InflateReset2(Stream* stream, int windowBits);

    /// <summary>PAL_ZStream, as the runtime's library has it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Stream
    {
        internal byte* NextIn;
        internal byte* NextOut;
        internal byte* Message;
        internal void* State;
        internal uint AvailableIn;
        internal uint AvailableOut;

        /// <summary>Says where the next call reads and writes; both stay fixed until it has returned.</summary>
        internal void Point(byte* input, int inputLength, byte* output, int outputLength)
        {
            NextIn = input;
            AvailableIn = (uint)inputLength;
            NextOut = output;
            AvailableOut = (uint)outputLength;
        }
    }
}
