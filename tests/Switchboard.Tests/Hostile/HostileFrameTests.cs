using Switchboard.Tests.Support;

namespace Switchboard.Tests.Hostile;

/// <summary>Frames that no honest peer sends, over TCP, to our server and to our client: each ends its own connection, and no other.</summary>
public sealed class HostileFrameTests
{
    [Theory]
    [MemberData(nameof(BothRoles), "7F8000000000000000 7FFFFFFFFFFFFFFFFF 7F0000000000000005 7F000000000000FFFF 7E0000 7E007D")]
    public async Task CVE_2021_26423_and_CVE_2020_13935_a_length_that_is_none_is_1002(string role, string length)
    {
        await using var victim = await Victim.StartAsync(role);

        victim.Peer.Send([.. victim.HeaderOf(0x82, length), .. new byte[10_000]]);

        await victim.IsClosedWithAsync(CloseCode.ProtocolError);
    }

    [Theory]
    [MemberData(nameof(BothRoles), "7F7FFFFFFFFFFFFFFF 7F4000000000000000 7F0000000100000000 7F0000000080000000 7F000000007FFFFFFF 7F00000000FFFFFFFF")]
    public async Task CVE_2020_27813_and_CVE_2026_1528_a_huge_length_behind_fragments_and_pings_is_1009(string role, string length)
    {
        await using var victim = await Victim.StartAsync(role, new Victim.Limits(MaxMessageBytes: int.MaxValue));

        victim.Peer.Send(
            [.. victim.FrameOf(0x02, [1, 2]), .. victim.FrameOf(0x89, [3]), .. victim.FrameOf(0x00, [4]), .. victim.FrameOf(0x89, []), .. victim.HeaderOf(0x80, length)]);

        await victim.IsClosedWithAsync(CloseCode.MessageTooBig);
    }

    [Theory]
    [MemberData(nameof(BothRoles), "81 82 01 02")]
    public async Task CVE_2016_10542_one_byte_over_the_limit_is_1009_before_the_payload_is_there(string role, string firstByte)
    {
        await using var victim = await Victim.StartAsync(role, new Victim.Limits(MaxMessageBytes: 70_000));
        victim.Peer.Send(victim.FrameOf(0x82, new byte[70_000]));
        Assert.Equal(70_000, (await victim.Peer.NextAsync())!.Payload.Length);

        // Not a byte of it comes.
        victim.Peer.Send(victim.HeaderOf(Convert.FromHexString(firstByte)[0], "7F0000000000011171"));

        await victim.IsClosedWithAsync(CloseCode.MessageTooBig);
    }

    [Theory]
    [MemberData(nameof(BothRoles), "mask D1 A1 91 83 84 85 86 87 8B 8C 8D 8E 8F 08 09 0A 80 long")]
    public async Task CVE_2019_0564_a_malformed_frame_is_1002(string role, string what)
    {
        await using var victim = await Victim.StartAsync(role);

        victim.Peer.Send(what switch
        {
            "mask" => Frame.OfText("hello").ToBytes(isMasked: !victim.IsServer),
            "long" => victim.HeaderOf(0x89, "7E007E"),
            _ => victim.FrameOf(Convert.FromHexString(what)[0], "ab"u8.ToArray()),
        });

        await victim.IsClosedWithAsync(CloseCode.ProtocolError);
    }

    [Theory]
    [MemberData(nameof(BothRoles), "03 0000 03E7 03EC 03ED 03EE 03F7 03F8 0BB7 1388 FFFF")]
    public async Task Rfc_6455_7_4_a_close_with_one_byte_or_a_code_that_must_not_be_sent_is_1002(string role, string payload)
    {
        await using var victim = await Victim.StartAsync(role);

        victim.Peer.Send(victim.FrameOf(0x88, Convert.FromHexString(payload)));

        await victim.IsClosedWithAsync(CloseCode.ProtocolError);
    }

    [Theory]
    [MemberData(nameof(BothRoles), "03E8FF 03E8C0AF 03E8EDA080 03E8F4908080 03E8E282")]
    public async Task Rfc_6455_5_5_1_a_close_whose_reason_is_not_UTF_8_is_1007(string role, string payload)
    {
        await using var victim = await Victim.StartAsync(role);

        victim.Peer.Send(victim.FrameOf(0x88, Convert.FromHexString(payload)));

        await victim.IsClosedWithAsync(CloseCode.InvalidPayload);
    }

    [Theory]
    [MemberData(nameof(BothRoles), "1000 1003 1007 1014 3000 3999 4000 4999")]
    public async Task Rfc_6455_7_4_a_code_that_may_be_sent_is_told_and_answered(string role, string text)
    {
        var code = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        await using var victim = await Victim.StartAsync(role);

        victim.Peer.Send(Frame.Close(code, "why"));

        Assert.Equal(code, (await victim.Peer.NextCloseAsync()).Code);
        victim.Peer.Shutdown();
        Assert.Equal(((CloseCode)code, "why"), await victim.Ending.First);
        Assert.True(victim.Ours.WasClean);
        await victim.OtherIsServedAsync();
    }

    [Theory]
    [MemberData(nameof(BothRoles), "80 C0AF E08080 EDA080 F08080 F4908080 F5 FF C341 E28241")]
    public async Task Rfc_6455_8_1_text_that_is_not_UTF_8_is_1007_before_its_message_is_all_there(string role, string hex)
    {
        foreach (var isCompressed in new[] { false, true })
        {
            await using var victim = await Victim.StartAsync(role);
            byte[] text = [.. "good so far, "u8, .. Convert.FromHexString(hex), 0x41];
            if (isCompressed)
            {
                victim.Peer.Send(victim.FrameOf(0x41, Bomb.Compress(text)));
            }
            else
            {
                victim.Peer.Send(victim.FrameOf(0x01, text[..8]));
                victim.Peer.Send(victim.FrameOf(0x00, text[8..]));
            }

            await victim.IsClosedWithAsync(CloseCode.InvalidPayload);
        }
    }

    public static TheoryData<string, string> BothRoles(string values)
    {
        var data = new TheoryData<string, string>();
        foreach (var value in values.Split(' '))
        {
            data.Add("server", value);
            data.Add("client", value);
        }

        return data;
    }
}
