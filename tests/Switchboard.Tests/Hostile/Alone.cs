namespace Switchboard.Tests.Hostile;

/// <summary>Nothing else runs meanwhile: memory, threads and processor time are counted for the process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
