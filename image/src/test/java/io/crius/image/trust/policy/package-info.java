@NullMarked
package io.crius.image.trust.policy;

import org.jspecify.annotations.NullMarked;
