/**
 * tar-split: how a layer's tar stream was framed, so that the exact stream can be made again from the files of its tree.
 *
 * <p>On disk: {@code overlay-layers/<layer>.tar-split.gz}, gzip of one JSON object a line. Framing is a "segment", data of a
 * file are only named and have a checksum:
 *
 * <pre>{@code
 * {"type":2,"payload":"aGVsbG8vAAAA...","position":0}
 * {"type":1,"name":"hello/","payload":null,"position":1}
 * {"type":2,"payload":"aGVsbG8vd29y...","position":2}
 * {"type":1,"name":"hello/world","size":3,"payload":"N3bEIAAAAAA=","position":3}
 * }</pre>
 */
@NullMarked
package io.crius.storage.tarsplit;

import org.jspecify.annotations.NullMarked;
