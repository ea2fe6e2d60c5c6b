namespace Switchboard.Rooms.WebSockets;

/// <summary>What a room delivers in one go reaches each connection in one send.</summary>
internal sealed class SocketBatch : IDeliveryBatch
{
    public void Run(Action delivering)
    {
        using var batch = SendBatch.Begin();
        delivering();
    }
}
