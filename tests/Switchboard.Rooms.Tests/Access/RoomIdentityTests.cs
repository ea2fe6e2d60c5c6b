namespace Switchboard.Rooms.Tests.Access;

public class RoomIdentityTests
{
    [Fact]
    public void An_anonymous_one_is_its_name_reads_and_writes_everywhere_and_never_expires()
    {
        var ada = RoomIdentity.Anonymous("ada");

        Assert.Equal(("ada", "ada", null), (ada.Publisher, ada.Name, ada.ExpiresAt));
        Assert.Same(RoomGrants.ReadAndWrite, ada.Grants);
    }

    [Fact]
    public void It_has_names_that_can_be_shown_and_logged()
    {
        foreach (var bad in (string[])["", "a\nb", "a\u0085b", "\ud83d", new string('a', 201)])
        {
            Assert.Throws<ArgumentException>(() => RoomIdentity.Anonymous(bad));
            Assert.Throws<ArgumentException>("publisher", () => new RoomIdentity(bad, "ada", RoomGrants.None));
            Assert.Throws<ArgumentException>("name", () => new RoomIdentity("ada", bad, RoomGrants.None));
        }

        Assert.Throws<ArgumentNullException>("publisher", () => new RoomIdentity(null!, "ada", RoomGrants.None));
        Assert.Throws<ArgumentNullException>("name", () => new RoomIdentity("ada", null!, RoomGrants.None));
        Assert.Throws<ArgumentNullException>("grants", () => new RoomIdentity("ada", "ada", null!));
    }
}
