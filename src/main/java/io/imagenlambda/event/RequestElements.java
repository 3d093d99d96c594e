package io.imagenlambda.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.RequestJson;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The elements of a {@code .json} object's array, or the one value that it is. */
final class RequestElements implements Iterator<RequestFile.Item> {
  private final BoundedElements bounded;
  private final MappingIterator<JsonNode> elements;
  private int element;
  private boolean broken;

  RequestElements(RequestJson json, InputStream content) throws IOException {
    bounded = new BoundedElements(content);
    elements = json.elements(bounded);
  }

  @Override
  public boolean hasNext() {
    try {
      return !broken && elements.hasNextValue();
    } catch (JsonProcessingException | CharConversionException | BoundedElements.TooLong e) {
      return true; // what is there, is told by next()
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public RequestFile.Item next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    element++;
    bounded.nextElement();
    try {
      return new RequestFile.Item.Json(element, elements.nextValue());
    } catch (JsonProcessingException | CharConversionException e) {
      broken = true; // where the next element begins cannot be known
      return new RequestFile.Item.Broken(element, RequestJson.notJson(e));
    } catch (BoundedElements.TooLong e) {
      broken = true;
      return new RequestFile.Item.Broken(
          element,
          new InvalidRequest("the request has more than %d bytes".formatted(RequestJson.LONGEST)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
