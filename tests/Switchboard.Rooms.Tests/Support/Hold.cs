namespace Switchboard.Rooms.Tests;

/// <summary>A place at which something waits until the test lets it go on.</summary>
internal sealed class Hold
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task.InTime();

    public Task Pass()
    {
        _reached.TrySetResult();
        return _freed.Task;
    }

    public void Free() => _freed.TrySetResult();
}
