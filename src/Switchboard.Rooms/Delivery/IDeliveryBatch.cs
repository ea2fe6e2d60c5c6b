namespace Switchboard.Rooms;

/// <summary>Wraps what a room delivers in one go, so that what one connection gets of it leaves in one send.</summary>
public interface IDeliveryBatch
{
    /// <summary>Runs it, once, on the calling thread.</summary>
    void Run(Action delivering);
}
