namespace Switchboard.Fuzz;

/// <summary>A part of the core, and what must be true of it whatever comes.</summary>
internal interface ITarget
{
    /// <summary>Also the name of its folder in the corpus.</summary>
    string Name { get; }

    /// <summary>Feeds the input to the core. It may be called from one thread at a time.</summary>
    /// <param name="input">A byte or a few that choose options, as each target says, and then what the core is fed.</param>
    /// <exception cref="FindingException">Something is not true. Whatever else is thrown is a finding, too.</exception>
    void Run(ReadOnlySpan<byte> input);
}
