namespace Switchboard.LoadTest;

/// <summary>The run cannot go on or its figures would mean nothing; the message says why, for the person at the terminal.</summary>
internal sealed class RunFailedException(string message) : Exception(message);
