namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>What one side wants of compression.</summary>
/// <param name="Level">1, fastest, to 9, smallest.</param>
/// <param name="Threshold">Payloads of fewer bytes are sent as they are.</param>
/// <param name="KeepsContext">Whether each connection has windows of its own, so that messages refer to earlier ones.</param>
/// <param name="OwnWindowBits">For what we send, at most: 9 to 15.</param>
/// <param name="PeerWindowBits">For what the peer sends, at most, if it can be told: 9 to 15.</param>
/// <param name="Budget">For the windows that connections have of their own.</param>
internal sealed record DeflateSettings(
    int Level, int Threshold, bool KeepsContext, int OwnWindowBits, int PeerWindowBits, WindowBudget Budget);
