namespace Switchboard.Protocol.Tests.Support;

/// <summary>Alone, because what other tests do to the shared pool and the collector would be counted here.</summary>
[CollectionDefinition(nameof(Memory_is_quiet), DisableParallelization = true)]
public sealed class Memory_is_quiet;
