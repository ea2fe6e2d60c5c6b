using Switchboard.Fuzz.Seeds;

namespace Switchboard.Fuzz.Tests;

/// <summary>The corpus: what it begins with, and whatever was found, once more.</summary>
public sealed class CorpusTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "fuzz", "Switchboard.Fuzz", "Corpus");

    public static TheoryData<string, string> Files =>
        [.. TargetList.All.SelectMany(target => CorpusFolder.FilesOf(target).Select(file => (target.Name, Path.GetFileName(file))))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_is_found_by(string target, string file)
    {
        var finding = Campaign.Try(TargetList.Find(target)!, File.ReadAllBytes(Path.Combine(CorpusFolder.Root, target, file)));
        Assert.True(finding is null, $"{target}/{file}: {finding?.Cause}");
    }

    [Fact]
    public void Every_target_has_a_corpus()
    {
        Assert.All(TargetList.All, target => Assert.NotEmpty(CorpusFolder.FilesOf(target)));
        Assert.Equal(TargetList.All.Select(target => target.Name).Order(), Directory.EnumerateDirectories(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_seeds_in_the_repository_are_those_that_the_code_makes()
    {
        Assert.All(AllSeeds.All, seed => Assert.Equal(seed.Bytes, File.ReadAllBytes(Path.Combine(Folder, seed.Target, seed.Name + ".bin"))));

        // What was found, and what the conformance suite says to its peers, is kept under a name that says so, and is made by no code here.
        var made = AllSeeds.All.Select(seed => $"{seed.Target}/{seed.Name}.bin").ToHashSet();
        Assert.Equal(AllSeeds.All.Count, made.Count);
        var others = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            .Where(file => !made.Contains(file));
        Assert.All(others, file => Assert.Matches("^(found|conformance)-", Path.GetFileName(file)));
    }
}
