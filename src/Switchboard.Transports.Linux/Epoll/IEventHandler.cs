namespace Switchboard.Transports.Linux.Epoll;

/// <summary>Whoever a descriptor's events are for.</summary>
internal interface IEventHandler
{
    /// <summary>Something has changed. Called on the loop's thread.</summary>
    /// <param name="events">As epoll names them.</param>
    void OnEvents(uint events);

    /// <summary>The loop ends: nothing will be told any more. Called on the loop's thread.</summary>
    void OnLoopEnds()
    {
    }
}
