@NullMarked
package io.crius.image.encryption.envelope;

import org.jspecify.annotations.NullMarked;
