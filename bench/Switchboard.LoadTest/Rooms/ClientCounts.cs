namespace Switchboard.LoadTest.Rooms;

/// <summary>What one of the processes has done so far; it writes, others read.</summary>
internal readonly unsafe struct ClientCounts(long* numbers)
{
    /// <summary>The last step that is done.</summary>
    public ref long Done => ref numbers[0];

    /// <summary>Messages that its members have received.</summary>
    public ref long Deliveries => ref numbers[1];

    /// <summary>Messages that its members have published.</summary>
    public ref long Published => ref numbers[2];

    /// <summary>How many of those are acknowledged.</summary>
    public ref long Acks => ref numbers[3];
}
