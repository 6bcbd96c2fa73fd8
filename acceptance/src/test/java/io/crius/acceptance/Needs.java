package io.crius.acceptance;

import io.crius.acceptance.target.Trait;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The case applies only to servers with these traits; for others it is skipped, with the trait as the reason. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@interface Needs {
    Trait[] value();
}
