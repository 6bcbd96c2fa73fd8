/** Tests of the configuration. */
@NullMarked
package io.crius.config;

import org.jspecify.annotations.NullMarked;
