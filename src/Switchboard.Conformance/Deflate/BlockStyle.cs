namespace Switchboard.Conformance.Deflate;

/// <summary>What kinds of blocks a message is compressed to: a receiver must take all of them (RFC 7692 §7.2.3).</summary>
internal enum BlockStyle
{
    /// <summary>Blocks without compression.</summary>
    Stored,

    /// <summary>One block of fixed Huffman codes.</summary>
    Fixed,

    /// <summary>Blocks of fixed codes, stored blocks and empty ones in turn.</summary>
    Several,

    /// <summary>One block of fixed codes that says it is the last.</summary>
    Final,

    /// <summary>What zlib makes of it, which is mostly blocks of dynamic codes.</summary>
    Dynamic,
}
