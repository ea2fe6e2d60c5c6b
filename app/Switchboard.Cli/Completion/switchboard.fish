# The program itself knows what fits: it is given what stands behind its name, up to the cursor. Files, where it knows nothing.
function __switchboard_suggestions
    set -l line (commandline -cp | string replace -r '^\s*\S+\s?' '')
    set -l found (switchboard "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
    if test -n "$found"
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c switchboard -f -a '(__switchboard_suggestions)'
