using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Switchboard.Protocol.Frames;

/// <summary>Where a client's masking keys come from. RFC 6455 §5.3: fresh for each frame, unpredictable, from strong entropy.</summary>
internal abstract class MaskingKeys
{
    /// <summary>The system's cryptographic source. Safe from any thread.</summary>
    internal static MaskingKeys Random { get; } = new CryptographicKeys();

    internal abstract uint Next();

    private sealed class CryptographicKeys : MaskingKeys
    {
        // A system call for each key would cost more than the frame: 64 keys are drawn at a time, each is used once.
        private const int BlockSize = 64 * sizeof(uint);

        [ThreadStatic]
        private static byte[]? _block;

        [ThreadStatic]
        private static int _used;

        internal override uint Next()
        {
            if (_block is null || _used == BlockSize)
            {
                RandomNumberGenerator.Fill(_block ??= new byte[BlockSize]);
                _used = 0;
            }

            var slot = _block.AsSpan(_used, sizeof(uint));
            _used += sizeof(uint);
            var key = BinaryPrimitives.ReadUInt32LittleEndian(slot);

            // A key that was used must not be readable from memory later.
            slot.Clear();
            return key;
        }
    }
}
