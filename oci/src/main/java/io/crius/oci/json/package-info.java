/**
 * JSON as a tree of immutable values, with exact numbers, kept key order and kept unknown keys.
 *
 * <p>Every JSON document that Crius reads or writes passes through {@link io.crius.oci.json.Json}: OCI specs, manifests,
 * store indexes, CNI configurations and results, journals. What belongs elsewhere: the meaning of a document. Its owner
 * turns a {@link io.crius.oci.json.JsonObject} into records and back.
 *
 * <p>Reading rests on jackson-core's streaming parser; no other part of Jackson is used, and its types do not leave this
 * package. All types are immutable and safe for use by any number of threads. There are no locks and no files.
 */
@NullMarked
package io.crius.oci.json;

import org.jspecify.annotations.NullMarked;
