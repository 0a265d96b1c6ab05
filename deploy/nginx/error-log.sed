# Lines of nginx's error log as JSON, for `sed -n -E` with LC_ALL=C. What a client sent is not in them: a line is kept up to
# the request that it quotes, and of the rest only the address of the upstream. The request itself is in the access log, under
# the same connection.

s/[^ -~]/?/g
# The hold space is the address of the upstream, or empty.
h
s/.*, upstream: "[a-z]+:\/\/([^"\/?]*).*/\1/
t found
s/.*//
: found
x

s/, (server|request|subrequest|upstream|host|referrer): .*//
s/(client sent [^":]*): ".*/\1/
s/\\/\\\\/g
s/"/\\"/g
# A `t` without a change before it: the next one tells of what follows.
t escaped
: escaped

# 2026/03/15 12:00:00 [error] 17#17: *42 connect() failed
s/^([0-9]{4})\/([0-9]{2})\/([0-9]{2}) ([0-9:]+) \[([a-z]+)\] ([0-9]+)#[0-9]+: /{"level":"\5","time":"\1-\2-\3T\4","process":"nginx","pid":\6,"connection":0,"msg":"/
t known
# nginx: [emerg] before there is a log, and what any other program says
s/^(nginx: )?\[([a-z]+)\] /{"level":"\2","process":"nginx","msg":"/
t known
s/^/{"level":"error","process":"nginx","msg":"/
: known
s/"connection":0,"msg":"\*([0-9]+) /"connection":\1,"msg":"/
s/"level":"emerg"/"level":"fatal"/
s/"level":"(alert|crit)"/"level":"error"/
s/"level":"notice"/"level":"info"/
G
s/\n(.*)/","upstream":"\1"}/
p
