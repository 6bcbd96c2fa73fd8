package io.crius.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(100);

    @Test
    void nobodyTakesMoreThanIsLeft() {
        try (ByteBudget.Share one = budget.share();
                ByteBudget.Share other = budget.share()) {
            assertThat(one.take(60)).isTrue();
            assertThat(other.take(41)).isFalse();
            assertThat(other.take(40)).isTrue();
            one.giveBack(10);
            assertThat(other.take(10)).isTrue();
            assertThat(budget.left()).isZero();
        }
        assertThat(budget.left()).isEqualTo(100);
    }

    @Test
    void oneShareHoldsNoMoreThanItMay() {
        try (ByteBudget.Share share = budget.share(25)) {
            assertThat(share.take(20)).isTrue();
            assertThat(share.take(6)).isFalse();
            assertThat(share.take(5)).isTrue();
        }
    }

    @Test
    void whatOneCanDoWithoutIsNotTakenOfTheSecondHalf() {
        try (ByteBudget.Share share = budget.share()) {
            assertThat(share.takeSpare(49)).isTrue();
            assertThat(share.takeSpare(1)).isFalse();
            assertThat(share.take(51)).isTrue();
        }
    }

    @Test
    void afterTheCloseNothingIsTakenAndNothingGivenBackTwice() {
        ByteBudget.Share share = budget.share();
        assertThat(share.take(60)).isTrue();
        share.close();
        share.giveBack(60);
        share.close();
        assertThat(share.isClosed()).isTrue();
        assertThat(share.take(1)).isFalse();
        assertThat(budget.left()).isEqualTo(100);
    }
}
