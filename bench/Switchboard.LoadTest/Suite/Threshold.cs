namespace Switchboard.LoadTest.Suite;

/// <summary>What our figure, as a multiple of another server's, is to be at most; null if the two are only compared.</summary>
internal sealed record Threshold(string Against, double? AtMost);
