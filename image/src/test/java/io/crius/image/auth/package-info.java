@NullMarked
package io.crius.image.auth;

import org.jspecify.annotations.NullMarked;
