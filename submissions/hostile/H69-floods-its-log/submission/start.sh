# Bounded: 1 GiB.
echo the first line
yes flood-of-lines | head -c 1073741824
sleep 20
