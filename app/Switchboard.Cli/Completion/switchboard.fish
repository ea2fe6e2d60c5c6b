# The program itself knows what fits: it is given what stands behind its name, up to the cursor.
function __switchboard_suggestions
    set -l line (commandline -cp | string replace -r '^\s*\S+\s?' '')
    switchboard "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete -c switchboard -a '(__switchboard_suggestions)'
