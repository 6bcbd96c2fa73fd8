package io.crius.image.trust.source;

import java.net.URI;
import java.util.Optional;

/**
 * What registries.d says about one scope; each field that is empty is left to a less specific scope.
 *
 * @param lookaside where signatures lie as files, by {@code file:}, {@code http:} or {@code https:}
 * @param attachments whether sigstore signatures beside the image are looked at
 */
record SignaturePlace(Optional<URI> lookaside, Optional<Boolean> attachments) {}
