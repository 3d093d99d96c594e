package io.imagenlambda.event;

import io.imagenlambda.event.RequestFile.Item;
import io.imagenlambda.generation.InvalidRequest;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** So many of an object's requests and no more: where there is another, it says so and ends. */
final class FirstRequests implements Iterator<Item> {
  private final Iterator<Item> all;
  private final int most;
  private int count;

  FirstRequests(Iterator<Item> all, int most) {
    this.all = all;
    this.most = most;
  }

  @Override
  public boolean hasNext() {
    return count <= most && all.hasNext();
  }

  @Override
  public Item next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Item item = all.next();
    count++;
    return count <= most
        ? item
        : new Item.Broken(
            item.line(),
            new InvalidRequest(
                ("the object has more than %d requests, see IMAGEN_MAX_REQUESTS: from here on none"
                        + " is run")
                    .formatted(most)));
  }
}
