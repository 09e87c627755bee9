# Bounded: 50,000 empty files.
(mkdir /many; cd /many; seq 1 50000 | xargs touch) &
exec /hs
