using Microsoft.Extensions.Logging;
using Switchboard.Diagnostics;

namespace Switchboard.Server;

/// <summary>Asks the application's hook, which may throw anything and answer wrongly: who asked is then told that it is our fault.</summary>
internal static class HandshakeHook
{
    /// <returns>The hook's answer, or 500; never a fault.</returns>
    internal static async ValueTask<HandshakeDecision> AskAsync(
        ServerWebSocketOptions options, WebSocketRequest request, ILogger logger, CancellationToken cancellationToken)
    {
        if (options.OnHandshake is not { } hook)
        {
            return HandshakeDecision.Accept;
        }

        try
        {
            if (options.HandlersRunOn == HandlerThread.ThreadPool)
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            var decision = await hook(request, cancellationToken).ConfigureAwait(false);

            // RFC 6455 §4.2.2, item 5: the subprotocol is one of those that the client asked for, or none.
            return decision is { IsAccepted: true, Text: { } chosen } && !request.Subprotocols.Contains(chosen)
                ? throw new InvalidOperationException($"The hook chose the subprotocol '{chosen}', which was not offered.")
                : decision;
        }
        catch (Exception e)
        {
            Log.HandshakeHookFailed(logger, e);
            return HandshakeDecision.Refuse(500, "The server failed to answer the request.");
        }
    }
}
