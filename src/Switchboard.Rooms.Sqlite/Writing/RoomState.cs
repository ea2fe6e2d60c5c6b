namespace Switchboard.Rooms.Sqlite;

/// <summary>A row of <c>rooms</c>, as it is within the transaction.</summary>
internal sealed class RoomState(long id)
{
    public long Id => id;

    public required long Last { get; set; }

    public required long First { get; set; }

    public required long Bytes { get; set; }

    /// <summary>Whether it is to be written before the commit.</summary>
    public bool IsChanged { get; set; }
}
