namespace Switchboard.Tests.Support;

internal static class ClientSteps
{
    /// <summary>Waits until the client is open; fails if it never will be.</summary>
    internal static async Task IsOpen(this WebSocket client)
    {
        await Eventually.IsTrue(() => client.ReadyState is ReadyState.Open or ReadyState.Closed);
        Assert.Equal(ReadyState.Open, client.ReadyState);
    }
}
