namespace Switchboard.Fuzz.Seeds;

/// <summary>An input to begin with, named for what it is.</summary>
internal sealed record Seed(string Target, string Name, byte[] Bytes);
