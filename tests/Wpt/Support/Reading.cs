namespace Switchboard.Wpt.Support;

internal static class Reading
{
    /// <summary>The next message; null if there is none any more.</summary>
    internal static async Task<Message?> NextAsync(this WebSocket socket)
    {
        await using var reader = socket.Messages.GetAsyncEnumerator();
        return await reader.MoveNextAsync().InTime() ? reader.Current : null;
    }
}
