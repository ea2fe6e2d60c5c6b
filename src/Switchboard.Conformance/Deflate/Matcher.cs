namespace Switchboard.Conformance.Deflate;

/// <summary>Finds what was there before: the farthest place that is still within the window, so that limits are gone to.</summary>
internal sealed class Matcher(byte[] data, int window)
{
    // For each three bytes all places, in order.
    private readonly Dictionary<int, List<int>> _places = [];
    private int _known;

    internal byte this[int position] => data[position];

    /// <returns>A length and a distance; 0 and 0 if there is none.</returns>
    internal (int Length, int Distance) Find(int position, int end)
    {
        Learn(position);
        if (position + LengthCodes.MinMatch > end || !_places.TryGetValue(KeyAt(position), out var places))
        {
            return (0, 0);
        }

        var first = places.BinarySearch(position - window);
        var place = At(places, first < 0 ? ~first : first);
        if (place < 0)
        {
            return (0, 0);
        }

        var length = LengthCodes.MinMatch;
        while (length < LengthCodes.MaxMatch && position + length < end && data[place + length] == data[position + length])
        {
            length++;
        }

        return (length, position - place);
    }

    private void Learn(int position)
    {
        for (; _known < position && _known + LengthCodes.MinMatch <= data.Length; _known++)
        {
            var key = KeyAt(_known);
            if (!_places.TryGetValue(key, out var places))
            {
                _places[key] = places = [];
            }

            places.Add(_known);
        }
    }

    private static int At(List<int> places, int index) => index < places.Count ? places[index] : -1;

    private int KeyAt(int position) => data[position] | (data[position + 1] << 8) | (data[position + 2] << 16);
}
