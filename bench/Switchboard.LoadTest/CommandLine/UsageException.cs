namespace Switchboard.LoadTest.CommandLine;

/// <summary>The command line asks for something that is not on offer.</summary>
internal sealed class UsageException(string message) : Exception(message);
